/// The address that the request under way came from; nil where it is not known.
package enum RequestSource {
    @TaskLocal package static var address: String?
}
