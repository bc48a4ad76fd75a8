package io.ephemera.examples;

/** So many calls, one after the other, in one of two versions of a client. */
public interface Calls {

    /** The version that runs out of ports. */
    void leaking(int calls) throws Exception;

    /** The same calls, mended. */
    void mended(int calls) throws Exception;
}
