// GroundworkStorageTests
