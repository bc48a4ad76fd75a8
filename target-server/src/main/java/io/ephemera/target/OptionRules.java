package io.ephemera.target;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What each option may be, said once for the API, the command line and a request's query. */
final class OptionRules {
    static final int MAX_RESPONSE_BYTES = 1 << 20;
    static final Duration MAX_SERVICE_TIME = Duration.ofMinutes(10);

    static final WholeNumber PORT = new WholeNumber(
            "port", value -> value >= 0 && value <= 65_535, "must be a port from 0 (any free one) to 65535");
    static final WholeNumber IO_THREADS =
            new WholeNumber("ioThreads", value -> value >= 1 && value <= 64, "must be from 1 to 64 threads");
    static final WholeNumber RESPONSE_BYTES = new WholeNumber(
            "bytes",
            value -> value >= 0 && value <= MAX_RESPONSE_BYTES,
            "must be from 0 to " + MAX_RESPONSE_BYTES + " bytes");

    // Undertow closes after a 417 whatever the close policy says.
    static final WholeNumber STATUS = new WholeNumber(
            "status",
            value -> value >= 200 && value <= 599 && value != 417,
            "must be an HTTP status from 200 to 599, except 417");

    static final Time SERVICE_TIME = new Time(
            "serviceTime", Duration.ZERO, MAX_SERVICE_TIME, "must be from 0 to 10m, such as 0, 20ms, 2s or 1m");
    static final Time NONCE_LIFETIME = new Time(
            "nonceLifetime",
            Duration.ofMillis(1),
            Duration.ofMinutes(60),
            "must be from 1ms to 60m, such as 500ms, 30s or 5m");

    private static final int MAX_REALM_CHARS = 64;

    private OptionRules() {}

    static void checkHost(String host) {
        if (host.isBlank()) {
            throw new InvalidOptionException("host", host, "must be an address of this machine, such as 127.0.0.1");
        }
    }

    static void checkRealm(String realm) {
        boolean plain = realm.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '"' && c != '\\');
        if (realm.isBlank() || realm.length() > MAX_REALM_CHARS || !plain) {
            throw new InvalidOptionException(
                    "realm", realm, "must be 1 to " + MAX_REALM_CHARS + " ASCII characters other than \" and \\");
        }
    }

    /** The one of these that is called so. */
    static <T> T named(String option, String text, T[] values, Function<T, String> name, String right) {
        for (T value : values) {
            if (name.apply(value).equals(text)) {
                return value;
            }
        }
        throw new InvalidOptionException(option, text, right);
    }

    record WholeNumber(String option, IntPredicate rule, String right) {
        int check(int value) {
            if (!rule.test(value)) {
                throw new InvalidOptionException(option, Integer.toString(value), right);
            }
            return value;
        }

        int parse(String text) {
            // Java's own parser also takes the digits of other scripts.
            if (!text.matches("-?[0-9]{1,9}")) {
                throw new InvalidOptionException(option, text, right);
            }
            return check(Integer.parseInt(text));
        }
    }

    record Time(String option, Duration least, Duration most, String right) {
        private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m)|0");

        Duration check(Duration value) {
            return check(value, value.toString());
        }

        Duration parse(String text) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                throw new InvalidOptionException(option, text, right);
            }
            if (matcher.group(1) == null) {
                return check(Duration.ZERO, text);
            }
            long amount = Long.parseLong(matcher.group(1));
            Duration value = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                default -> Duration.ofMinutes(amount);
            };
            return check(value, text);
        }

        private Duration check(Duration value, String shown) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new InvalidOptionException(option, shown, right);
            }
            return value;
        }
    }
}
