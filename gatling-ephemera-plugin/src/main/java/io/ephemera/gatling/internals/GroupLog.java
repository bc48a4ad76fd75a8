package io.ephemera.gatling.internals;

import io.gatling.commons.stats.KO$;
import io.gatling.commons.stats.OK$;
import io.gatling.core.session.GroupBlock;
import io.gatling.core.stats.StatsEngine;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A group of its own in Gatling's log. Gatling's assertions look at what is in the log, and a group changes nothing in the statistics
 * of the requests.
 */
public final class GroupLog {

    /** The group's name in Gatling's report. */
    public static final String GROUP = "Ephemera port pool";

    private final StatsEngine log;

    GroupLog(StatsEngine log) {
        this.log = log;
    }

    /**
     * Adds one to the group.
     *
     * @param ok whether it counts as OK, or as KO
     */
    public void add(boolean ok) {
        long now = Woven.nowMillis(System.currentTimeMillis());
        GroupBlock block = GroupBlock.apply(
                CollectionConverters.asScala(java.util.List.of(GROUP)).toList(),
                now,
                0,
                ok ? OK$.MODULE$ : KO$.MODULE$);
        log.logGroupEnd(GROUP, block, now);
    }
}
