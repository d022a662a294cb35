/// The agent's version as it tells the control plane.
package enum AgentVersion {
    package static let current = "0.1.0"
}
