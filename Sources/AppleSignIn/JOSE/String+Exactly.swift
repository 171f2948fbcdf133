extension String {
    /// Whether both are the same bytes. `==` also holds for other spellings of a text, such as the sign for kelvin and K.
    func isExactly(_ other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
