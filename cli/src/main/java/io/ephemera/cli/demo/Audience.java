package io.ephemera.cli.demo;

/** Who watches. */
interface Audience {

    /** Sees how a chapter goes; many times a second. */
    void sees(Scene scene);

    /** Sees how it went. */
    void seesLast(Scene scene);
}
