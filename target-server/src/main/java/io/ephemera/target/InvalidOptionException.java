package io.ephemera.target;

/** An option's value that cannot be used. */
final class InvalidOptionException extends IllegalArgumentException {
    private final transient OptionFault fault;

    InvalidOptionException(String option, String value, String right) {
        this(new OptionFault(option, value, right));
    }

    private InvalidOptionException(OptionFault fault) {
        super(fault.lineNaming(fault.option()));
        this.fault = fault;
    }

    OptionFault fault() {
        return fault;
    }
}
