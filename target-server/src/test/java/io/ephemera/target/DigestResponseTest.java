package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A client's answer to a challenge of Digest")
class DigestResponseTest {
    private static final String REST = ", realm=\"r\", nonce=\"n\", uri=\"/\", algorithm=SHA-256, nc=00000001,"
            + " cnonce=\"c\", qop=auth, response=\"0\", opaque=\"o\"";

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "MD5, 8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    })
    @DisplayName("is what RFC 7616 gives as an example in section 3.9.1")
    void example(String algorithm, String hash) {
        DigestResponse response = parse("username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\","
                + " algorithm=" + algorithm + ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
                + " nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth,"
                + " response=\"" + hash + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
        String secret = response.algorithm().hex("Mufasa:http-auth@example.org:Circle of Life");
        assertEquals(hash, response.expected(secret, "GET"));
        assertEquals(hash, response.response());
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "username=\"tony\"                  | tony",
                "username=tony                      | tony",
                "USERNAME=\"tony\"                  | tony",
                "username = \"tony\"                | tony",
                "username=\"to\\\"n\\\\y\"          | to\"n\\y",
                "username=\"a, realm=b\"            | a, realm=b",
                "username*=UTF-8''J%C3%A4s%C3%B8n   | J\u00e4s\u00f8n",
                "username*=utf-8''tony              | tony",
            })
    @DisplayName("may have its user in several forms")
    void user(String parameter, String user) {
        assertEquals(user, parse(parameter + REST).user());
    }

    @Test
    @DisplayName("has its user's name in UTF-8, though a header is read one character a byte")
    void utf8() {
        assertEquals("J\u00e4s", parse("username=\"J\u00c3\u00a4s\"" + REST).user());
    }

    @Test
    @DisplayName("is of MD5 where it names no algorithm")
    void defaultAlgorithm() {
        assertEquals(
                DigestAlgorithm.MD5,
                parse("username=tony" + REST.replace(" algorithm=SHA-256,", "")).algorithm());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "username=\"tony",
                "username",
                "username=",
                "=tony",
                "username=\"tony\\",
                "username=\"a\" x",
                "username=\"a\"\"b\"",
                "username=a, username=b",
                "username=a, Username=a",
                "username=a, username*=UTF-8''a",
                "username*=UTF-8''%4",
                "username*=UTF-8''%zz",
                "username*=x''a",
                "username=a, userhash=true",
                "user=a",
                "username=\u00e4",
                "username=(a)",
                "username=a; b=c",
            })
    @DisplayName("is refused with a malformed, doubled or missing user")
    void malformed(String parameter) {
        assertNull(DigestResponse.parse(parameter + REST));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "nothing",
            value = {
                "nc=00000001          | nc=00000000",
                "nc=00000001          | nc=1",
                "nc=00000001          | nc=000000001",
                "nc=00000001          | nc=-0000001",
                "nc=00000001          | nc=0000000g",
                "qop=auth             | qop=auth-int",
                "qop=auth             | qop=\"auth,auth-int\"",
                "qop=auth             | x=y",
                "algorithm=SHA-256    | algorithm=SHA-256-sess",
                "algorithm=SHA-256    | algorithm=MD4",
                "realm=               | realms=",
                "nonce=               | nonces=",
                "uri=                 | urn=",
                "cnonce=              | dnonce=",
                "response=            | answer=",
                "opaque=              | clear=",
            })
    @DisplayName("is refused with a parameter that is missing or not what was offered")
    void refused(String right, String wrong) {
        assertNotNull(DigestResponse.parse("username=tony" + REST));
        String changed = REST.replace(", " + right, ", " + wrong);
        assertNull(DigestResponse.parse("username=tony" + changed), changed);
    }

    @Test
    @DisplayName("may have empty elements and any space in its list")
    void emptyElements() {
        assertEquals(Map.of("a", "1", "b", "2 "), AuthParameters.parse(" ,, a=1 ,\t,b\t= \"2 \",,"));
        assertEquals(Map.of(), AuthParameters.parse(""));
    }

    private static DigestResponse parse(String text) {
        return Objects.requireNonNull(DigestResponse.parse(text), text);
    }
}
