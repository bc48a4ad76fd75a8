package io.ephemera.ports.bind;

/** A number that is no port, where .NET's {@code IPEndPoint} throws an {@code ArgumentOutOfRangeException}. */
public final class PortOutOfRangeException extends IllegalArgumentException {

    private final int number;

    PortOutOfRangeException(int number) {
        super("a port is 0 to 65535, not " + number);
        this.number = number;
    }

    /** The number. */
    public int number() {
        return number;
    }
}
