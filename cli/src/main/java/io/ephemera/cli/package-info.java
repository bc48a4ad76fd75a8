/**
 * The command line: {@link io.ephemera.cli.Main} takes one command, and loads what that command needs and no more. Nobody calls
 * this from Java.
 *
 * <p>May touch {@code ports}, {@code target}, {@code reports}, {@code simulations.gatling}, {@code simulations.settings},
 * {@code simulations.scenario}, {@code simulations.run}, {@code cli.console}, {@code cli.demo}, {@code cli.doctor},
 * {@code cli.explain}, {@code cli.plan}, {@code cli.report}.
 */
@NullMarked
package io.ephemera.cli;

import org.jspecify.annotations.NullMarked;
