// GroundworkCrypto
