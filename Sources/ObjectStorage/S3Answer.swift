import FoundationEssentials
import XMLCoder

/// What S3 says in XML; names are S3's.
struct InitiatedUpload: Decodable {
    var uploadID: String

    enum CodingKeys: String, CodingKey {
        case uploadID = "UploadId"
    }
}

/// The answer to [ListMultipartUploads](https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html).
struct UploadListing: Decodable {
    struct Upload: Decodable {
        var key: String
        var uploadID: String
        /// ISO 8601 in UTC: sorts as text.
        var initiated: String

        enum CodingKeys: String, CodingKey {
            case key = "Key"
            case uploadID = "UploadId"
            case initiated = "Initiated"
        }
    }

    var uploads: [Upload]

    enum CodingKeys: String, CodingKey {
        case uploads = "Upload"
    }
}

/// The answer to [ListParts](https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html).
struct PartListing: Decodable {
    struct Part: Decodable {
        var number: Int
        var etag: String

        enum CodingKeys: String, CodingKey {
            case number = "PartNumber"
            case etag = "ETag"
        }
    }

    var parts: [Part]
    var isTruncated: Bool?
    var next: Int?

    enum CodingKeys: String, CodingKey {
        case parts = "Part"
        case isTruncated = "IsTruncated"
        case next = "NextPartNumberMarker"
    }
}

/// An [error](https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
struct Refusal: Decodable {
    var code: String
    var message: String?

    enum CodingKeys: String, CodingKey {
        case code = "Code"
        case message = "Message"
    }
}

enum S3XML {
    /// nil when it is not that.
    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
        try? XMLDecoder().decode(type, from: Data(bytes))
    }
}
