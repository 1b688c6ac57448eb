"""CDNOW: purchases of one quarter's new customers of a music shop, 1997-01 to 1998-06."""
