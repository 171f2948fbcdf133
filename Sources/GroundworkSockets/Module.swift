// GroundworkSockets
