package io.ephemera.target;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A client's side of Digest whose parameters can be bent. */
final class DigestClient {
    private final Map<String, String> challenge;
    private final String user;
    private final String password;

    DigestClient(String challenge, String user, String password) {
        this.challenge = Objects.requireNonNull(AuthParameters.parse(challenge.substring("Digest ".length())));
        this.user = user;
        this.password = password;
    }

    String challenged(String parameter) {
        return challenge.getOrDefault(parameter, "");
    }

    /** Parameters by name, without the quotes that they have on the wire. */
    Map<String, String> parameters(String method, String uri, int count) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("username", user);
        parameters.put("realm", challenged("realm"));
        parameters.put("nonce", challenged("nonce"));
        parameters.put("uri", uri);
        parameters.put("algorithm", challenged("algorithm"));
        parameters.put("nc", String.format("%08x", count));
        parameters.put("cnonce", "0a4f113b");
        parameters.put("qop", "auth");
        parameters.put("opaque", challenged("opaque"));
        DigestAlgorithm algorithm = Objects.requireNonNull(DigestAlgorithm.of(challenge));
        parameters.put("response", algorithm.response(user, challenged("realm"), password, method, parameters));
        return parameters;
    }

    String header(String method, String uri, int count) {
        return header(parameters(method, uri, count));
    }

    static String header(Map<String, String> parameters) {
        StringBuilder header = new StringBuilder("Authorization: Digest ");
        parameters.forEach(
                (name, value) -> header.append(name).append("=\"").append(value).append("\", "));
        return header.substring(0, header.length() - 2);
    }
}
