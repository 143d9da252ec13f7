"""What a million events cost the cloud: taken in until committed, and pages of cases answered."""
