/// Writes and reads JSON whose strings need no escapes: the few forms of which there is one for every step of every host.
///
/// What is unusual is left to ``DomainJSON``, which writes the same bytes, only ten times slower.
enum PlainJSON {
    /// Thrown for a text, or a value, that is not plain.
    struct Unusual: Error {}
}
