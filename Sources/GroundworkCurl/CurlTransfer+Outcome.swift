import CGroundworkCurl

extension CurlTransfer {
    /// What libcurl's result means for the exchange.
    func outcome(_ code: CURLcode) -> Result<Void, any Error> {
        if let failure { return .failure(failure) }
        if code == CURLE_OK, head != nil { return .success(()) }
        return .failure(
            CurlFailure.error(
                code,
                exchange.request,
                CurlFailure.Circumstances(
                    message: handle.errorMessage,
                    systemError: handle.systemError,
                    wasConnected: attempts > 0,
                    hasHead: head != nil,
                    sent: sent
                )
            )
        )
    }
}
