import Time

/// What gates' checks ask about: services that are out of order now and then, and what was found of them.
struct Services {
    struct Question: Hashable {
        var cycle: String
        var stage: String
        var check: String
        var round: Int
    }

    private var random: RandomSource
    /// By cycle, stage and check: how many questions still find it out of order.
    private var outages: [Question: Int] = [:]
    /// When a question last found its service well; a task may be carried out more than once.
    private var passes: [Question: Timestamp] = [:]

    init(seed: UInt64) { random = RandomSource(seed: seed, stream: 8) }

    /// Whether the service is well.
    mutating func ask(_ question: Question, at moment: Timestamp, isHealed: Bool) -> Bool {
        var service = question
        service.round = 0
        let isOut = random.chance(0.1)
        let rest = outages[service, default: 0]
        if rest > 0 {
            outages[service] = rest - 1
        } else if isOut {
            outages[service] = random.int(0...6)
        }
        guard isHealed || (rest == 0 && !isOut) else { return false }
        passes[question] = moment
        return true
    }

    func passed(_ question: Question, since moment: Timestamp) -> Bool {
        passes[question].map { $0 >= moment } ?? false
    }
}
