import ControlPlane
import Domain

extension Call {
    /// Those of the region that the principal may see, by id.
    func associations() async throws -> [Association] {
        try await services.associations.associations(ofSite: region).filter(sees)
    }

    /// - Throws: ``SSMError``, `AssociationDoesNotExist`, for one that there is not, or that the principal may not see.
    func association(_ id: String) async throws -> Association {
        let found = try await associating {
            try await services.associations.association(id.lowercased(), site: region)
        }
        guard sees(found) else { throw SSMError.unknownAssociation }
        return found
    }

    /// Does what may be refused, in SSM's codes.
    func associating<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await translating(SSMError.associationCodes, body)
    }

    /// Whether whoever makes, changes or starts such an association may do so; those who may do not see it are told that there is none.
    func demand(_ settings: AssociationSettings) -> Demand { Demand(permission: .run, reach: reach(of: settings)) }

    // MARK: - Steps

    private func sees(_ association: Association) -> Bool {
        guard let settings = association.configuration?.settings else { return false }
        return reach(of: settings).lies(within: principal.scope)
    }

    private func reach(of settings: AssociationSettings) -> AccessReach {
        settings.command.selector(site: region).map { .targets([$0]) } ?? .fleet
    }
}

extension SSMError {
    static let unknownAssociation = Self("AssociationDoesNotExist", "There is no such association here.")

    fileprivate static let associationCodes = [
        AssociationRefusal.notFound.code: "AssociationDoesNotExist",
        AssociationRefusal.changedMeanwhile.code: "TooManyUpdates",
        AssociationRefusal.alreadyExists("").code: "AssociationAlreadyExists",
        AssociationRefusal.tooMany(most: 0).code: "AssociationLimitExceeded",
        AssociationRefusal.unfitSchedule("").code: "InvalidSchedule",
        AssociationRefusal.tooLarge(bytes: 0).code: "InvalidParameters",
    ]
}
