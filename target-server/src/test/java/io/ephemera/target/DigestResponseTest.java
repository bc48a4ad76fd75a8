package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertEquals(hash, response.get("response"));
        assertEquals(
                hash,
                response.algorithm()
                        .response(
                                response.user(),
                                response.get("realm"),
                                "Circle of Life",
                                "GET",
                                response.parameters()));
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
                "username*=utf-8''a+%2B             | a++",
                "username=\"J\u00c3\u00a4s\"        | J\u00e4s",
            })
    @DisplayName("may have its user in several forms, in UTF-8, though a header is read one character a byte")
    void user(String parameter, String user) {
        assertEquals(user, parse(parameter + REST).user());
    }

    @Test
    @DisplayName("is of MD5 where it names no algorithm")
    void defaultAlgorithm() {
        assertEquals(
                DigestAlgorithm.MD5,
                parse("username=tony" + REST.replace(" algorithm=SHA-256,", "")).algorithm());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "username=tony        | username=\"tony",
                "username=tony        | username",
                "username=tony        | username=",
                "username=tony        | =tony",
                "username=tony        | username=\"tony\\",
                "username=tony        | username=\"a\" x",
                "username=tony        | username=\"a\"\"b\"",
                "username=tony        | username=a, username=b",
                "username=tony        | username=a, Username=a",
                "username=tony        | username=a, username*=UTF-8''a",
                "username=tony        | username*=UTF-8''%4",
                "username=tony        | username*=UTF-8''%zz",
                "username=tony        | username*=x''a",
                "username=tony        | username=a, userhash=true",
                "username=tony        | user=a",
                "username=tony        | username=\u00e4",
                "username=tony        | username=(a)",
                "username=tony        | username=a; b=c",
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
    @DisplayName("is refused with a parameter that is malformed, doubled, missing or not what was offered")
    void refused(String right, String wrong) {
        String good = " username=tony" + REST;
        parse(good);
        String changed = good.replace(" " + right, " " + wrong);
        assertNotEquals(good, changed);
        assertNull(DigestResponse.parse(changed), changed);
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
