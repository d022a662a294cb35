import Testing

@testable import HostAgent

@Suite("The memory of an agent that waits")
struct IdleMemoryTests {
    @Test("is given back where it is a file's and nobody wrote to it")
    func clean() {
        let maps = """
            1000-3000 r-xp 00028000 fe:00 1234                       /usr/lib/a library.so
            Size:                  8 kB
            Rss:                   8 kB
            Anonymous:             0 kB
            VmFlags: rd ex mr mw me sd
            3000-4000 r--p 00000000 fe:00 1234                       /usr/lib/relocated.so
            Rss:                   4 kB
            Anonymous:             4 kB
            4000-5000 rw-p 00000000 fe:00 1234                       /usr/lib/data.so
            Anonymous:             0 kB
            5000-6000 r--p 00000000 00:00 0
            Anonymous:             0 kB
            6000-7000 r-xp 00000000 00:00 0                          [vdso]
            Anonymous:             0 kB
            7000-9000 r--p 00000000 fe:00 1234                       /usr/lib/read.so
            Anonymous:             0 kB
            """
        let found = IdleMemory.clean(in: maps)
        #expect(found.map(\.start) == [0x1000, 0x7000])
        #expect(found.map(\.length) == [0x2000, 0x2000])
    }

    @Test("comes back when it is needed")
    func release() {
        IdleMemory.release()
        #expect(Hexadecimal.sha256([]).hasPrefix("e3b0c442"))
    }
}
