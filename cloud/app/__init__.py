"""Joins the rooms into programs."""
