// GroundworkSocketsTests
