"""How `cutout`, the network that finds garments in photos, is made."""
