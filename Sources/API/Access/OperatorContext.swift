import Domain
import Hummingbird

/// What a request of an operator carries beside itself: who sends it.
struct OperatorContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    /// Nobody, who may do nothing, before the token was looked at.
    var principal = Principal.nobody

    init(context: BasicRequestContext) { coreContext = context.coreContext }
}
