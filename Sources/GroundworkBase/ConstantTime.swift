/// Comparison whose running time tells nothing about where two values differ.
package enum ConstantTime {
    /// Whether both collections hold the same bytes. Every byte of the shorter one is looked at.
    package static func equal(_ lhs: some Collection<UInt8>, _ rhs: some Collection<UInt8>) -> Bool {
        var difference = lhs.count == rhs.count ? UInt8(0) : 1
        var left = lhs.startIndex
        var right = rhs.startIndex
        while left != lhs.endIndex, right != rhs.endIndex {
            difference |= lhs[left] ^ rhs[right]
            lhs.formIndex(after: &left)
            rhs.formIndex(after: &right)
        }
        return difference == 0
    }
}
