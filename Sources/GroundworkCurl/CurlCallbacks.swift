import CGroundworkCurl
import CGroundworkOpenSSL
import Glibc

/// The functions that libcurl calls, all on the engine's thread. Each finds its object and hands on.
enum CurlCallbacks {
    static let header: gw_curl_data_function = { bytes, size, count, context in
        guard let context = unsafe context else { return 0 }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef {
            unsafe $0.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    static let write: gw_curl_data_function = { bytes, size, count, context in
        guard let context = unsafe context else { return 0 }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef {
            unsafe $0.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    static let read: gw_curl_data_function = { bytes, size, count, context in
        guard let context = unsafe context else { return Int(CURL_READFUNC_ABORT) }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef {
            unsafe $0.sendBody(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
    }

    static let seek: gw_curl_seek_function = { context, offset, origin in
        guard let context = unsafe context, offset == 0, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
        let isDone = unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.rewindBody() }
        return isDone ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    }

    static let ready: gw_curl_ready_function = { context, _, _, _, _ in
        guard let context = unsafe context else { return CURL_PREREQFUNC_ABORT }
        let mayGoOn = unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.connectionIsReady()
        }
        return mayGoOn ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }

    static let resolve: gw_curl_resolve_function = { _, _, context in
        guard let context = unsafe context else { return 1 }
        unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.connectingBegins() }
        return 0
    }

    static let open: gw_curl_open_function = { context, _, address in
        guard let context = unsafe context, let address = unsafe address else { return CURL_SOCKET_BAD }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.connectingBegins()
            return unsafe $0.loop.poller.openSocket(
                family: address.pointee.family,
                type: address.pointee.socktype,
                protocol: address.pointee.protocol
            )
        }
    }

    static let close: gw_curl_close_function = { context, descriptor in
        guard let context = unsafe context else { return Glibc.close(descriptor) }
        return unsafe Unmanaged<EngineLoop>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.poller.closeSocket(descriptor)
        }
    }

    /// Called with each new context of OpenSSL; set only where libcurl uses the same OpenSSL as we do.
    static let secureContext: curl_ssl_ctx_callback = { _, context, _ in
        // Where it is refused the suites stay in the library's order, which is no fault.
        guard let context = unsafe context.map(OpaquePointer.init) else { return CURLE_OK }
        _ = unsafe gw_tls_prefer_aes128(context)
        unsafe gw_tls_make_room(context, ReceiveGathering.room)
        return CURLE_OK
    }

    static let socket: curl_socket_callback = { _, descriptor, action, context, _ in
        guard let context = unsafe context else { return -1 }
        unsafe Unmanaged<EngineLoop>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.poller.watch(descriptor, action: action)
        }
        return 0
    }

    static let timer: curl_multi_timer_callback = { _, milliseconds, context in
        guard let context = unsafe context else { return -1 }
        unsafe Unmanaged<EngineLoop>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.setTimer(milliseconds)
        }
        return 0
    }
}
