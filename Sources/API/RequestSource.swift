/// The address that the request under way came from; nil where it is not known.
enum RequestSource {
    @TaskLocal static var address: String?
}
