package io.ephemera.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client's side of Digest, written from the RFC and with nothing of the server's; parameters can be bent. */
final class DigestClient {
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"?([^\",]*)\"?");

    private final Map<String, String> challenge = new LinkedHashMap<>();
    private final String user;
    private final String password;

    DigestClient(String challenge, String user, String password) {
        Matcher parameter = PARAMETER.matcher(challenge);
        while (parameter.find()) {
            this.challenge.put(parameter.group(1), parameter.group(2));
        }
        this.user = user;
        this.password = password;
    }

    String challenged(String parameter) {
        return challenge.getOrDefault(parameter, "");
    }

    /** Parameters by name, each as it goes on the wire. */
    Map<String, String> parameters(String method, String uri, int count) {
        String nc = String.format("%08x", count);
        String cnonce = "0a4f113b";
        String secret = hex(user + ":" + challenged("realm") + ":" + password);
        String request = hex(method + ":" + uri);
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("username", '"' + user + '"');
        parameters.put("realm", '"' + challenged("realm") + '"');
        parameters.put("nonce", '"' + challenged("nonce") + '"');
        parameters.put("uri", '"' + uri + '"');
        parameters.put("algorithm", challenged("algorithm"));
        parameters.put("nc", nc);
        parameters.put("cnonce", '"' + cnonce + '"');
        parameters.put("qop", "auth");
        parameters.put(
                "response",
                '"' + hex(secret + ":" + challenged("nonce") + ":" + nc + ":" + cnonce + ":auth:" + request) + '"');
        parameters.put("opaque", '"' + challenged("opaque") + '"');
        return parameters;
    }

    String header(String method, String uri, int count) {
        return header(parameters(method, uri, count));
    }

    static String header(Map<String, String> parameters) {
        StringBuilder header = new StringBuilder("Authorization: Digest ");
        parameters.forEach(
                (name, value) -> header.append(name).append('=').append(value).append(", "));
        return header.substring(0, header.length() - 2);
    }

    private String hex(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance(challenged("algorithm")).digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
