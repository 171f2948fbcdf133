// GroundworkCoreTests
