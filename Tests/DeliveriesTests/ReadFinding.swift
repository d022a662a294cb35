/// What boto3 reads of a finding.
struct ReadFinding: Decodable {
    struct Severity: Decodable {
        var Label: String
        var Normalized: Int?
    }

    struct Resource: Decodable {
        var `Type`: String
        var Id: String
        var Region: String
    }

    struct Status: Decodable { var Status: String }

    var Id: String
    var ProductArn: String
    var AwsAccountId: String
    var CreatedAt: String
    var UpdatedAt: String
    var Severity: Severity
    var Title: String
    var Description: String
    var Resources: [Resource]
    var Compliance: Status
    var Workflow: Status
    var RecordState: String
}
