package io.ephemera.target;

import java.io.IOException;

/** The server cannot listen where it was told to. */
final class ListenException extends IOException {
    private final transient OptionFault fault;

    ListenException(OptionFault fault, Throwable cause) {
        super(fault.lineNaming(fault.option()), cause);
        this.fault = fault;
    }

    OptionFault fault() {
        return fault;
    }
}
