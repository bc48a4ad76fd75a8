package io.ephemera.simulations.machine;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The rate above which ports run out towards one destination.
 *
 * @param ports that a connect may take; empty where the range could not be read
 * @param hold how long TIME_WAIT keeps each; empty where it could not be read
 * @param callsPerSecond at one port a call: ports / hold; empty where ports never run out or a figure is missing
 * @param words the same in words, with the reason where there is no rate
 */
public record Threshold(OptionalInt ports, Optional<PortHoldTime> hold, OptionalDouble callsPerSecond, String words) {}
