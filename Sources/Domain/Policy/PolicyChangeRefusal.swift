/// Why one baseline of the policy is not changed.
package enum PolicyChangeRefusal: Error, Equatable, Sendable {
    case unknown(String)
    case nameTaken(String)
    case nameReserved(String)
    case tooManyBaselines(most: Int)
    case isDefault(String)
    case servesGroups(String, [String])
    case groupTaken(String, by: String, OperatingSystem?)
    case tooManyGroups(String, most: Int)
    case notAttached(String, String)
    case attachedByPattern(String, String, String)
    case namesNoSystem(String)
}
