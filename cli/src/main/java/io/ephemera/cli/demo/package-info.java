/**
 * {@code ephemera demo}: the failure and its remedies as a show. The {@link io.ephemera.cli.demo.Playbill} has its chapters, ordinary
 * runs of {@code ephemera run} with a pace; the {@link io.ephemera.cli.demo.Show} plays them one by one, and an
 * {@link io.ephemera.cli.demo.Audience} sees its {@link io.ephemera.cli.demo.Scene}s on the terminal and in a browser. What is
 * predicted and measured is read off the runs' {@code result.json}.
 */
@NullMarked
package io.ephemera.cli.demo;

import org.jspecify.annotations.NullMarked;
