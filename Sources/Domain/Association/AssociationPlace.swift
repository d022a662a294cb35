/// An execution of an association.
///
/// Its text is the UUID by which SSM's clients call it, and its command's, too: the last eight digits of the association's id are zeros,
/// and those of an execution's are its number.
package struct AssociationPlace: Codable, Hashable, Sendable, CustomStringConvertible {
    private static let digits = 8

    /// A UUID in lower case.
    package var association: String
    /// From 1; 0 for the association itself.
    package var execution: Int

    package init(association: String, execution: Int) {
        self.association = association
        self.execution = execution
    }

    /// nil for a text that is no UUID.
    package init?(_ text: String) {
        let text = text.lowercased()
        guard SentCommand.isID(text), let execution = Int(text.suffix(Self.digits), radix: 16) else { return nil }
        let zeros = String(repeating: "0", count: Self.digits)
        self.init(association: text.dropLast(Self.digits) + zeros, execution: execution)
    }

    package var description: String {
        let number = String(execution, radix: 16)
        let zeros = String(repeating: "0", count: max(0, Self.digits - number.utf8.count))
        return association.dropLast(Self.digits) + zeros + number
    }
}
