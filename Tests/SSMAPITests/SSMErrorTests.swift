import Testing

@testable import SSMAPI

@Suite struct PlaceholderTests {}
