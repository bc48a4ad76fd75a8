package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Of what is written over a connection, the requests are counted")
class HttpRequestCounterTest {

    private static final int UNKNOWN = -1;

    private static final String GET = "GET /a?b HTTP/1.1\r\nHost: crm\r\nAccept: */*\r\n\r\n";
    private static final String CHUNKED = "PUT / HTTP/1.1\r\ntransfer-ENCODING: gzip, chunked\r\n\r\n";

    private static String post(String body) {
        return "POST / HTTP/1.1\r\nHost: crm\r\nCONTENT-length:  " + body.length() + "\r\nX: y\r\n\r\n" + body;
    }

    static Stream<Arguments> writes() {
        return Stream.of(
                Arguments.of("one", 1, GET),
                Arguments.of("one of HTTP/1.0 without a field", 1, "HEAD / HTTP/1.0\r\n\r\n"),
                Arguments.of("several", 20, GET.repeat(20)),
                Arguments.of("of every method", 3, "M-SEARCH * HTTP/1.1\r\n\r\nDELETE / HTTP/1.1\r\n\r\n" + GET),
                Arguments.of("to a proxy", 1, "GET http://crm:80/a b HTTP/1.1\r\n\r\n"),
                Arguments.of("after empty lines", 2, "\r\n" + GET + "\r\n\r\n" + GET),
                Arguments.of("with bare line feeds", 2, GET.replace("\r", "").repeat(2)),
                Arguments.of("whose body reads like a request", 2, post(GET) + GET),
                Arguments.of("whose body is empty", 2, post("") + GET),
                Arguments.of("whose body is binary", 2, post("\0\1\2\u0016\u0003\r\n\r\n\0") + GET),
                Arguments.of("in chunks", 2, CHUNKED + "2d;x=y\r\n" + GET + "\r\n0\r\n\r\n" + GET),
                Arguments.of(
                        "in chunks with a trailer",
                        2,
                        CHUNKED + "1\r\nG\r\nA\r\n0123456789\r\n0\r\nA: b\r\n\r\n" + GET),
                Arguments.of(
                        "where both lengths are given",
                        2,
                        CHUNKED.replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\n") + "0\r\n\r\n" + GET),
                Arguments.of("not yet where the head is not over", 0, "GET / HTTP/1.1\r\nHost: crm\r\n"),
                Arguments.of(
                        "not where the server may refuse the body",
                        UNKNOWN,
                        "POST / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n"),
                Arguments.of(
                        "not where two lengths are given",
                        UNKNOWN,
                        "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n"),
                Arguments.of("not where a length is none", UNKNOWN, "POST / HTTP/1.1\r\nContent-Length: 0x3\r\n\r\n"),
                Arguments.of(
                        "not where a length is endless",
                        UNKNOWN,
                        "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
                Arguments.of(
                        "not where the encoding has no end",
                        UNKNOWN,
                        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"),
                Arguments.of(
                        "not where a field is folded", UNKNOWN, "GET / HTTP/1.1\r\nA: b\r\n Content-Length: 3\r\n\r\n"),
                Arguments.of("not where a chunk is longer than it says", UNKNOWN, CHUNKED + "1\r\nGG\r\n"),
                Arguments.of("not where a chunk has no length", UNKNOWN, CHUNKED + "\r\n"),
                Arguments.of("not through a tunnel", UNKNOWN, "CONNECT crm:443 HTTP/1.1\r\n\r\n"),
                Arguments.of("not of TLS", UNKNOWN, "\u0016\u0003\u0001\u0002\0\1"),
                Arguments.of("not of HTTP/2", UNKNOWN, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("not after an upgrade to HTTP/2", UNKNOWN, GET + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("not of frames after a request", UNKNOWN, GET + "\u0081\u0085GET /"),
                Arguments.of("not of SMTP", UNKNOWN, "EHLO crm\r\n"),
                Arguments.of("not of FTP", UNKNOWN, "USER anonymous\r\n"),
                Arguments.of("not of SIP", UNKNOWN, "INVITE sip:a@crm SIP/2.0\r\n\r\n"),
                Arguments.of("not of Redis", UNKNOWN, "*1\r\n$4\r\nPING\r\n"),
                Arguments.of("not of a database", UNKNOWN, "\0\0\0\u0008\u0004\u00d2\u0016/"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writes")
    @DisplayName("exactly or not at all, wherever its writes begin and end")
    void counts(String what, int expected, String written) {
        byte[] bytes = written.getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(expected, count(bytes, List.of(bytes.length)), what);
        for (int cut = 1; cut < bytes.length; cut++) {
            assertEquals(expected, count(bytes, List.of(cut, bytes.length)), what + ", cut at " + cut);
        }
        assertEquals(
                expected,
                count(bytes, Stream.iterate(1, i -> i + 1).limit(bytes.length).toList()),
                what + ", byte by byte");
    }

    private static int count(byte[] bytes, List<Integer> cuts) {
        HttpRequestCounter counter = new HttpRequestCounter();
        int requests = 0;
        int begin = 0;
        for (int cut : cuts) {
            requests += counter.read(address -> bytes[(int) address], begin, cut - begin);
            begin = cut;
        }
        return counter.isUnknown() ? UNKNOWN : requests;
    }
}
