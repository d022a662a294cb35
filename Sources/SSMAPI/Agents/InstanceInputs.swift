/// What stock agents send; what they send beside it is of no use here.
enum InstanceInput {
    struct Registration: Decodable {
        var activationCode: String
        var activationId: String
        var publicKey: String
        var publicKeyType: String?
        var fingerprint: String?
    }

    struct RoleToken: Decodable {
        var fingerprint: String?
    }

    struct NewKey: Decodable {
        var newPublicKey: String
    }

    struct Information: Decodable {
        var instanceId: String
        var agentVersion: String
        var platformType: String?
        var platformName: String?
        var platformVersion: String?
        var computerName: String?
    }

    struct Instance: Decodable {
        var instanceId: String
    }

    struct Messages: Decodable {
        var destination: String
        var messagesRequestId: String?
    }

    struct Acknowledgement: Decodable {
        var messageId: String
    }

    struct Reply: Decodable {
        var messageId: String
        var payload: String
    }

    struct Failure: Decodable {
        var messageId: String
        var failureType: String?
    }
}

/// What they are answered.
enum InstanceOutput {
    struct Registration: Encodable {
        var instanceId: String
    }

    /// All members are mandatory: the agent panics without one.
    struct RoleToken: Encodable {
        var accessKeyId: String
        var secretAccessKey: String
        var sessionToken: String
        var tokenExpirationDate: EpochSeconds
        var updateKeyPair = false
    }

    struct Associations: Encodable {
        var associations: [String] = []
    }

    struct Messages: Encodable {
        var destination: String
        var messages: [WakeUpMessage]
        var messagesRequestId: String
    }
}
