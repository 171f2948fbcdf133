extension DotEnvParser {
    /// Replaces the references of a value.
    mutating func expand(
        _ template: String,
        process: [String: String],
        valueStart: Int,
        _ bytes: Span<UInt8>
    ) throws(DotEnvError) -> String {
        let lastEntry = lastEntry
        let entries = entries
        var expander = DotEnvExpander(
            maximumBytes: min(options.limits.valueBytes, options.limits.expandedBytes - expanded),
            maximumDepth: options.limits.expansionDepth
        ) { name in process[name] ?? lastEntry[name].flatMap { entries[$0].value } }
        do throws(DotEnvExpander.Failure) {
            let text = options.dialect == .python ? try expander.expandPython(template) : try expander.expand(template)
            expanded += text.utf8.count
            return text
        } catch {
            throw expansionError(error, at: valueStart, bytes)
        }
    }

    private mutating func expansionError(
        _ failure: DotEnvExpander.Failure,
        at offset: Int,
        _ bytes: Span<UInt8>
    ) -> DotEnvError {
        switch failure {
        case .invalid:
            return error(
                .invalidReference,
                at: offset,
                bytes,
                "a $ in the value begins no reference of the form $NAME, ${NAME} or ${NAME:-other}",
                "write $$ for one $, or put the value into single quotes"
            )
        case .unset:
            return error(
                .unsetReference,
                at: offset,
                bytes,
                "the value refers to a variable that must have a value and has none",
                "set it in the process or on an earlier line"
            )
        case .tooDeep:
            return error(
                .expansionTooDeep,
                at: offset,
                bytes,
                "references are nested deeper than \(options.limits.expansionDepth)",
                "split the value over several variables"
            )
        case .tooLong where options.limits.expandedBytes - expanded < options.limits.valueBytes:
            return error(
                .expansionTooLarge,
                at: offset,
                bytes,
                "references make more than \(options.limits.expandedBytes) bytes in this file",
                "raise DotEnvLimits.expandedBytes if that is meant"
            )
        case .tooLong:
            return error(
                .valueTooLong,
                at: offset,
                bytes,
                "with its references replaced the value has more than \(options.limits.valueBytes) bytes",
                "refer to fewer or shorter values"
            )
        }
    }
}
