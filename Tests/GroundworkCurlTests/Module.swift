// GroundworkCurlTests
