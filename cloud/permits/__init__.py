"""The communities' lists of vehicles that may stand: kept here, given to gateways. Plates are personal data."""
