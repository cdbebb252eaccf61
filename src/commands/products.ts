/** Paths by which products that keep their state in ZooKeeper are known: to tell people what they are about to touch. */

const PRODUCTS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^\/(brokers|controller|controller_epoch|admin|isr_change_notification|kafka-acl)(\/|$)/, 'the state of Kafka'],
  [/^\/hbase(-secure|-unsecure)?(\/|$)/, 'the state of HBase'],
  [/^\/(live_nodes|overseer|overseer_elect|collections|configs)(\/|$)/, 'the state of Solr'],
  [/^\/clickhouse(\/|$)/, 'the state of ClickHouse'],
  [/^\/(managed-ledgers|ledgers|loadbalance)(\/|$)/, 'the state of Pulsar or BookKeeper'],
  [/^\/(hadoop-ha|yarn-leader-election|rmstore)(\/|$)/, 'the state of Hadoop'],
  [/^\/(storm|druid|pinot|flink|mesos|dubbo|nifi|accumulo|drill)(\/|$)/, 'the state of the product of that name'],
];

/** `the state of Kafka`; null where nothing is known. */
export function productAt(path: string): string | null {
  return PRODUCTS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
