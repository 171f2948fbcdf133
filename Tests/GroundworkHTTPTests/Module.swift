// GroundworkHTTPTests
