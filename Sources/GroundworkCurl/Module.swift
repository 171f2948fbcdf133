// GroundworkCurl
