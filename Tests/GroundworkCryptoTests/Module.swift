// GroundworkCryptoTests
