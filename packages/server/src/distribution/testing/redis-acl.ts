/** All that a node needs, as the guide says. A cluster needs the last three besides. */
export const ACL_RULES: string =
  "~fw:* +xadd +xread +xrevrange +hmget +hget +hset +del +eval +client|id +client|unblock +info " +
  "+cluster|slots +cluster|info +asking";
