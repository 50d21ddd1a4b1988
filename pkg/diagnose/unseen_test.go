package diagnose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// unseen are ends of programs in the words of their languages and client
// libraries, each in a cluster that bears it out, with what a person who sees
// all of it would call the cause.
var unseen = []struct {
	name    string
	exit    int32
	log     string
	stories []story
	want    diagnose.Category
	also    diagnose.Category // right too
	mention string            // stands in summary or evidence
}{
	{"java: kafka brokers do not resolve", 1, `
2026-03-14 09:27:58.101  INFO 1 --- [main] c.e.orders.Application : Starting Application v2.4.0
2026-03-14 09:27:59.812 ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed
org.springframework.context.ApplicationContextException: Failed to start bean 'kafkaListener'
	at org.springframework.context.support.DefaultLifecycleProcessor.doStart(DefaultLifecycleProcessor.java:181)
Caused by: org.apache.kafka.common.KafkaException: Failed to construct kafka consumer
	at org.apache.kafka.clients.consumer.KafkaConsumer.<init>(KafkaConsumer.java:830)
Caused by: org.apache.kafka.common.config.ConfigException: No resolvable bootstrap urls given in bootstrap.servers
	... 21 more
`, []story{env("KAFKA_BOOTSTRAP", "kafka-bootstrap:9092")}, diagnose.Dependency, diagnose.AppConfig, ""},
	{"java: hikari cannot reach postgres without endpoints", 1, `
09:27:59.812 [main] ERROR com.zaxxer.hikari.pool.HikariPool - HikariPool-1 - Exception during pool initialization.
org.postgresql.util.PSQLException: Connection to orders-db:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.
	at org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:342)
Caused by: java.net.ConnectException: Connection refused
	... 31 more
`, []story{service("orders-db", 5432, 0)}, diagnose.Dependency, "", "orders-db"},
	{"java: null pointer since a new image", 1, `
Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.trim()" because "<local4>" is null
	at com.example.web.Boot.main(Boot.java:44)
`, []story{before(2, oldImage)}, diagnose.ImageBug, "", "2.4.0"},
	{"a function and its argument head the line, a number in brackets ends it", 255, `
ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)
sso: giving up
`, []story{env("LDAP_URI", "ldaps://dir.corp.example:636")}, diagnose.Dependency, "", "LDAP server"},
	{"java: null pointer, one revision", 1, `
Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.trim()" because "<local4>" is null
	at com.example.web.Boot.main(Boot.java:44)
`, nil, diagnose.Undetermined, "", "NullPointerException"},
	{"java: heap space", 3, `
java.lang.OutOfMemoryError: Java heap space
Terminating due to java.lang.OutOfMemoryError: Java heap space
`, []story{limit("512Mi")}, diagnose.OutOfMemory, "", "heap"},
	{"spring: placeholder", 1, `
***************************
APPLICATION FAILED TO START
***************************
Description:
Could not resolve placeholder 'PAYMENT_URL' in value "${PAYMENT_URL}"
`, nil, diagnose.AppConfig, "", "PAYMENT_URL"},
	{"node: port in use by its sidecar", 1, `
node:events:497
      throw er; // Unhandled 'error' event
      ^
Error: listen EADDRINUSE: address already in use :::9090
    at Server.setupListenHandle [as _listen2] (node:net:1872:16)
    at listenInCluster (node:net:1920:12)
  code: 'EADDRINUSE',
  errno: -98,
  syscall: 'listen',
  address: '::',
  port: 9090
}
Node.js v20.11.0
`, []story{with(func(_ *corev1.Container, s *corev1.PodSpec) {
		s.Containers = append(s.Containers, corev1.Container{Name: "metrics", Ports: []corev1.ContainerPort{{ContainerPort: 9090}}})
	})}, diagnose.AppConfig, "", "9090"},
	{"node: redis host not found", 1, `
[ioredis] Unhandled error event: Error: getaddrinfo ENOTFOUND cache-redis
    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26)
Error: getaddrinfo ENOTFOUND cache-redis
`, nil, diagnose.Dependency, diagnose.AppConfig, "cache-redis"},
	{"node: env var missing", 1, `
/app/src/config.js:12
  throw new Error('Missing required environment variable: STRIPE_SECRET_KEY');
  ^
Error: Missing required environment variable: STRIPE_SECRET_KEY
    at Object.<anonymous> (/app/src/config.js:12:9)
`, nil, diagnose.AppConfig, "", "STRIPE_SECRET_KEY"},
	{"node: undefined is not a function after the rollout, old pods gone", 1, `
TypeError: app.useRouter is not a function
    at Object.<anonymous> (/app/server.js:18:5)
`, []story{before(0, oldImage)}, diagnose.ImageBug, "", "2.3.9"},
	{"node: heap", 134, `
<--- Last few GCs --->
FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----
`, nil, diagnose.OutOfMemory, "", "heap"},
	{"python: django cannot reach mysql", 1, `
Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/django/db/backends/base/base.py", line 289, in ensure_connection
    self.connect()
MySQLdb.OperationalError: (2002, "Can't connect to server on 'mysql' (115)")

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/manage.py", line 22, in <module>
    main()
django.db.utils.OperationalError: (2002, "Can't connect to server on 'mysql' (115)")
`, []story{service("mysql", 3306, 0)}, diagnose.Dependency, "", "mysql"},
	{"python: module missing since the new image", 1, `
Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    import pydantic_settings
ModuleNotFoundError: No module named 'pydantic_settings'
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "pydantic_settings"},
	{"python: pydantic settings", 1, `
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
database_url
  Field required [type=missing, input_value={}, input_type=dict]
`, nil, diagnose.AppConfig, "", "Settings"},
	{"python: bad integer in the environment", 1, `
Traceback (most recent call last):
  File "/app/gunicorn.conf.py", line 4, in <module>
    workers = int(os.environ["WEB_CONCURRENCY"])
ValueError: invalid literal for int() with base 10: 'four'
`, []story{env("WEB_CONCURRENCY", "four")}, diagnose.AppConfig, "", "WEB_CONCURRENCY"},
	{"python: permission denied on a mounted volume", 1, `
PermissionError: [Errno 13] Permission denied: '/data/uploads'
`, []story{with(func(c *corev1.Container, s *corev1.PodSpec) {
		uid := int64(1000)
		s.SecurityContext = &corev1.PodSecurityContext{RunAsUser: &uid}
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: "data", MountPath: "/data"})
	})}, diagnose.AppConfig, "", "/data/uploads"},
	{"ruby: rails cannot connect", 1, `
/usr/local/bundle/gems/pg-1.5.4/lib/pg/connection.rb:709:in 'PG::Connection.connect_to_hosts': could not translate host name "pg-primary" to address: Name or service not known (ActiveRecord::ConnectionNotEstablished)
	from /usr/local/bundle/gems/activerecord-7.1/lib/active_record/connection_adapters/postgresql_adapter.rb:81:in 'new_client'
`, nil, diagnose.Dependency, diagnose.AppConfig, "pg-primary"},
	{"ruby: undefined method since the new image", 1, `
bundler: failed to load command: puma (/usr/local/bundle/bin/puma)
/app/config/application.rb:31:in '<class:Application>': undefined method 'load_defaults_for' for an instance of Rails::Application::Configuration (NoMethodError)
`, []story{before(3, oldImage)}, diagnose.ImageBug, "", "NoMethodError"},
	{"php: uncaught PDO, access denied", 255, `
PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [1045] Access denied for user 'shop'@'10.1.0.12' (using password: YES) in /var/www/html/db.php:14
Stack trace:
#0 /var/www/html/db.php(14): PDO->__construct()
#1 {main}
  thrown in /var/www/html/db.php on line 14
`, []story{env("DB_HOST", "mariadb", "DB_USER", "shop"), service("mariadb", 3306, 1)}, diagnose.Dependency, diagnose.AppConfig, "Access denied"},
	{"dotnet: connection string missing", 134, `
Unhandled exception. System.ArgumentNullException: Value cannot be null. (Parameter 'connectionString')
   at Microsoft.Extensions.DependencyInjection.NpgsqlHealthCheck.AddNpgSql(String connectionString)
   at Program.<Main>$(String[] args) in /src/Program.cs:line 21
`, []story{before(2, func(c *corev1.Container, _ *corev1.PodSpec) {
		c.Env = append(c.Env, corev1.EnvVar{Name: "ConnectionStrings__Main", Value: "Host=db"})
	})}, diagnose.AppConfig, "", "ConnectionStrings__Main"},
	{"dotnet: sql server login failed", 134, `
Unhandled exception. Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'sa'.
   at Microsoft.Data.ProviderBase.DbConnectionPool.CheckPoolBlockingPeriod(Exception e)
`, nil, diagnose.Dependency, diagnose.AppConfig, "Login failed"},
	{"rust: panic on a refused connection", 101, `
thread 'main' panicked at src/main.rs:42:10:
called ` + "`Result::unwrap()`" + ` on an ` + "`Err`" + ` value: Os { code: 111, kind: ConnectionRefused, message: "Connection refused" }
note: run with RUST_BACKTRACE=1 environment variable to display a backtrace
`, []story{env("NATS_URL", "nats://nats:4222"), service("nats", 4222, 0)}, diagnose.Dependency, "", "nats"},
	{"rust: index out of bounds since the new image", 101, `
thread 'tokio-runtime-worker' panicked at src/route.rs:88:21:
index out of bounds: the len is 0 but the index is 0
`, []story{before(0, oldImage)}, diagnose.ImageBug, "", "index out of bounds"},
	{"go: flag not defined since args changed", 2, `
flag provided but not defined: -max-conn
Usage of /web:
  -addr string
`, []story{
		with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Args = []string{"-addr=:8080", "-max-conn=50"} }),
		before(1, func(c *corev1.Container, _ *corev1.PodSpec) { c.Args = []string{"-addr=:8080"} }),
	}, diagnose.AppConfig, "", "-max-conn"},
	{"go: yaml of a ConfigMap edited and pods restarted", 1, `
2026/03/14 09:27:57 error: load config: yaml: line 7: mapping values are not allowed in this context
`, []story{
		configMap("web-config", "/etc/web", 25*time.Minute, map[string]string{"config.yaml": "a: b"}),
		before(1, func(_ *corev1.Container, _ *corev1.PodSpec) {}),
	}, diagnose.AppConfig, "", "web-config"},
	{"go: grpc unavailable through a dead service", 1, `
{"level":"fatal","ts":1773480000.12,"caller":"cmd/main.go:71","msg":"init session","error":"rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 10.96.7.51:50051: connect: connection refused\""}
`, []story{service("sessions", 50051, 0)}, diagnose.Dependency, "", "sessions"},
	{"go: wrong port of a sound service", 1, `
2026/03/14 09:27:57 fatal: redis: dial tcp: cache:6380: i/o timeout
`, []story{service("cache", 6379, 2)}, diagnose.Dependency, diagnose.AppConfig, "has no port 6380"},
	{"go: vault certificate of unknown authority", 1, `
2026/03/14 09:27:57 [FATAL] fetch secrets: Get "https://vault.infra.svc:8200/v1/auth": tls: failed to verify certificate: x509: certificate signed by unknown authority
`, nil, diagnose.Dependency, "", "vault.infra"},
	{"go: all goroutines asleep after new image", 2, `
fatal error: all goroutines are asleep - deadlock!

goroutine 1 [chan receive]:
main.main()
	/src/main.go:33 +0x1d
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "deadlock"},
	{"c: segfault since the new image", 139, `
server 2.4.0 ready
Segmentation fault (core dumped)
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "2.4.0"},
	{"c: segfault in silence, one revision", 139, ``, nil, diagnose.Undetermined, "", "139"},
	{"c++: shared library missing since the new image", 127, `
/usr/bin/web: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "libssl.so.1.1"},
	{"nginx: upstream host not found", 1, `
nginx: [emerg] host not found in upstream "api-gateway" in /etc/nginx/conf.d/proxy.conf:9
`, []story{configMap("proxy", "/etc/nginx/conf.d", 72*time.Hour, map[string]string{"proxy.conf": "x"})}, diagnose.Dependency, diagnose.AppConfig, "api-gateway"},
	{"nginx: low port without the right", 1, `
nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)
`, []story{with(func(_ *corev1.Container, s *corev1.PodSpec) {
		uid := int64(101)
		s.SecurityContext = &corev1.PodSecurityContext{RunAsUser: &uid}
	})}, diagnose.AppConfig, "", "80"},
	{"shell: command not found", 127, `
/entrypoint.sh: line 12: envsubst: not found
`, nil, diagnose.AppConfig, diagnose.ImageBug, "envsubst"},
	{"shell: unbound variable", 1, `
/docker-entrypoint.sh: line 8: S3_BUCKET: unbound variable
`, nil, diagnose.AppConfig, "", "S3_BUCKET"},
	{"postgres image without a password", 1, `
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".
`, nil, diagnose.AppConfig, "", "POSTGRES_PASSWORD"},
	{"postgres: data directory of another version", 1, `
2026-03-14 09:27:57.101 UTC [1] FATAL:  database files are incompatible with server
2026-03-14 09:27:57.101 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 16.2.
`, []story{before(0, oldImage)}, diagnose.ImageBug, diagnose.AppConfig, "incompatible"},
	{"mongo: server selection", 1, `
pymongo.errors.ServerSelectionTimeoutError: mongo-0.mongo:27017: [Errno -2] Name or service not known, Timeout: 30s, Topology Description: <TopologyDescription id: 65, topology_type: ReplicaSetNoPrimary>
`, []story{service("mongo", 27017, 0)}, diagnose.Dependency, diagnose.AppConfig, "mongo"},
	{"rabbit: access refused", 1, `
pika.exceptions.ProbableAuthenticationError: ConnectionClosedByBroker: (403) 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.'
`, []story{service("rabbitmq", 5672, 1), env("AMQP_URL", "amqp://shop@rabbitmq:5672/")}, diagnose.Dependency, diagnose.AppConfig, "ACCESS_REFUSED"},
	{"redis wants a password", 1, `
redis.exceptions.AuthenticationError: NOAUTH Authentication required.
`, nil, diagnose.Dependency, diagnose.AppConfig, "NOAUTH"},
	{"elasticsearch: too many connections upstream", 1, `
{"level":"error","message":"FATAL: sorry, too many clients already","time":"2026-03-14T09:27:57Z"}
`, nil, diagnose.Dependency, "", "too many clients"},
	{"exit 0 of a batch program", 0, `
migrated 0 rows
bye
`, nil, diagnose.CleanExit, "", "exit code 0"},
	{"liveness kill while the database complains", 137, `
WARN connection to reports-db refused, retrying
WARN connection to reports-db refused, retrying
`, []story{
		with(func(c *corev1.Container, _ *corev1.PodSpec) {
			c.LivenessProbe = &corev1.Probe{
				PeriodSeconds:    5,
				FailureThreshold: 2,
				ProbeHandler:     corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/health", Port: intstr.FromInt32(8080)}},
			}
		}), event("Killing", "Container web failed liveness probe, will be restarted", 6, 2*time.Minute+30*time.Second),
		event("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 503", 20, 2*time.Minute+30*time.Second),
	}, diagnose.Probe, "", "/health"},
	{"OOMKilled while the log blames a database", 137, `
ERROR: connection refused to reports-db:5432
`, []story{limit("64Mi"), ended(func(t *corev1.ContainerStateTerminated) { t.Reason = "OOMKilled" })}, diagnose.OutOfMemory, "", "64Mi"},
	{"137 without any trace", 137, `
serving
`, nil, diagnose.ExternalKill, diagnose.Undetermined, "137"},
	{"silent exit 1 since a new image", 1, ``, []story{before(2, oldImage)}, diagnose.ImageBug, "", "2.4.0"},
	{
		"silent exit 1 since env changed",
		1,
		``,
		[]story{env("MODE", "cluster"), before(2, oldEnv("MODE", "single"))},
		diagnose.AppConfig,
		"",
		"MODE",
	},
	{"unreadable log, one revision", 1, ``, []story{silent}, diagnose.Undetermined, "", "ended with exit code 1"},
	{"unknown words, image and env the same, siblings well", 1, `
bailing out: quorum epoch 17 < 21
`, []story{oneWell}, diagnose.Undetermined, "", "bailing out"},
	{"tag pushed again, crash in silence", 1, ``, []story{repushed}, diagnose.ImageBug, "", "sha256"},
	{"start error: not executable", 128, ``, []story{silent, ended(func(t *corev1.ContainerStateTerminated) {
		t.Reason = "StartError"
		t.Message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/run.sh": permission denied`
	})}, diagnose.AppConfig, diagnose.ImageBug, "/app/run.sh"},
	{
		"start error: wrong architecture since the new image",
		128,
		``,
		[]story{silent, before(1, oldImage), ended(func(t *corev1.ContainerStateTerminated) {
			t.Reason = "StartError"
			t.Message = `failed to create shim task: OCI runtime create failed: exec /web: exec format error`
		})},
		diagnose.ImageBug,
		diagnose.AppConfig,
		"exec format error",
	},
	{"red herring: warns of the cache, dies of a nil map", 2, `
level=warning msg="cache redis:6379 connection refused, continuing without cache"
panic: assignment to entry in nil map

goroutine 1 [running]:
main.register(...)
	/src/register.go:20
`, []story{before(1, oldImage), service("redis", 6379, 0)}, diagnose.ImageBug, "", "nil map"},
	{"red herring: new image, but the dependency is down for all", 1, `
FATAL could not connect to ledger:7000: connection refused
`, []story{before(0, oldImage), service("ledger", 7000, 0)}, diagnose.Dependency, "", "ledger"},
	{"red herring: new image, the dependency is down, and old pods still hold their connections", 1, `
FATAL could not connect to ledger:7000: connection refused
`, []story{before(2, oldImage), service("ledger", 7000, 0)}, diagnose.Dependency, "", "ledger"},
	{"the new image fails on what serves the old pods well", 1, `
FATAL could not connect to ledger:7000: connection refused
`, []story{before(2, oldImage), service("ledger", 7000, 2)}, diagnose.ImageBug, "", "ledger"},
	{"licence file missing from a mounted secret path", 1, `
Error: could not open license file /etc/license/license.key: no such file or directory
`, []story{env("LICENSE_PATH", "/etc/license/license.key")}, diagnose.AppConfig, "", "/etc/license/license.key"},
	{"template in the image missing since the new image", 1, `
panic: open templates/index.html: no such file or directory
`, []story{before(2, oldImage)}, diagnose.ImageBug, "", "index.html"},
	{"disk full", 1, `
OSError: [Errno 28] No space left on device: '/data/index.lock'
`, nil, diagnose.Dependency, diagnose.Undetermined, "space"},
	{
		"node lost the container",
		255,
		``,
		[]story{silent, ended(func(t *corev1.ContainerStateTerminated) { t.Reason = "Unknown" })},
		diagnose.Node,
		"",
		"node-1",
	},
	{"prometheus: bad config", 1, `
ts=2026-03-14T09:27:57.101Z caller=main.go:540 level=error msg="Error loading config (--config.file=/etc/prometheus/prometheus.yml)" file=/etc/prometheus/prometheus.yml err="parsing YAML file /etc/prometheus/prometheus.yml: yaml: unmarshal errors:\n  line 9: field scrape_intervall not found in type config.plain"
`, []story{configMap("prom", "/etc/prometheus", 72*time.Hour, map[string]string{"prometheus.yml": "x"})}, diagnose.AppConfig, "", "prometheus.yml"},
	{"webhook: forbidden by the API server", 1, `
E0314 09:27:57.101000       1 main.go:88] "unable to list leases" err="leases.coordination.k8s.io is forbidden: User \"system:serviceaccount:shop:web\" cannot list resource \"leases\" in API group \"coordination.k8s.io\" in the namespace \"shop\""
`, nil, diagnose.Dependency, diagnose.AppConfig, "leases"},
	{"elixir: env missing", 1, `
** (RuntimeError) environment variable SECRET_KEY_BASE is missing.
You can generate one by calling: mix phx.gen.secret
    /app/releases/0.1.0/runtime.exs:44: (file)
`, nil, diagnose.AppConfig, "", "SECRET_KEY_BASE"},
	{"wait-for: host in another namespace", 1, `
wait-for-it.sh: timeout occurred after waiting 15 seconds for ledger.bank.svc.cluster.local:7000
`, nil, diagnose.Dependency, "", "ledger"},
	{"python: celery cannot reach its broker", 1, `
[2026-03-14 09:27:50,101: ERROR/MainProcess] consumer: Cannot connect to amqp://guest:**@rabbit:5672//: [Errno 111] Connection refused.
Trying again in 2.00 seconds... (1/100)
[2026-03-14 09:27:57,101: ERROR/MainProcess] consumer: Cannot connect to amqp://guest:**@rabbit:5672//: [Errno 111] Connection refused.
`, []story{service("rabbit", 5672, 0)}, diagnose.Dependency, "", "rabbit"},
	{"python: attribute error since the new image, with a warning of a slow database", 1, `
2026-03-14 09:27:55 WARNING db: query took 4.1s, timeout is 5s
Traceback (most recent call last):
  File "/app/worker.py", line 90, in run
    self.queue.drain_all()
AttributeError: 'RedisQueue' object has no attribute 'drain_all'
`, []story{before(2, oldImage)}, diagnose.ImageBug, "", "drain_all"},
	{"python: ssl verify against an internal api", 1, `
requests.exceptions.SSLError: HTTPSConnectionPool(host='billing.internal.example', port=443): Max retries exceeded with url: /v1 (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)')))
`, nil, diagnose.Dependency, "", "billing.internal.example"},
	{"python: s3 credentials", 1, `
botocore.exceptions.ClientError: An error occurred (InvalidAccessKeyId) when calling the ListBuckets operation: The AWS Access Key Id you provided does not exist in our records.
`, nil, diagnose.Dependency, diagnose.AppConfig, "InvalidAccessKeyId"},
	{"python: config file of a ConfigMap is broken", 1, `
Traceback (most recent call last):
  File "/app/boot.py", line 8, in <module>
    cfg = yaml.safe_load(open("/etc/app/settings.yml"))
yaml.scanner.ScannerError: mapping values are not allowed here
  in "/etc/app/settings.yml", line 3, column 9
`, []story{configMap("app-settings", "/etc/app", 24*time.Hour, map[string]string{"settings.yml": "a: 1\nb: 2\nc: d: e\n"})}, diagnose.AppConfig, "", "settings.yml"},
	{"python: import error of a symbol since new image", 1, `
ImportError: cannot import name 'Mapping' from 'collections' (/usr/local/lib/python3.12/collections/__init__.py)
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "Mapping"},
	{"node: postgres password", 1, `
error: password authentication failed for user "shop"
    at Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:283:98)
  length: 99,
  severity: 'FATAL',
  code: '28P01',
`, []story{env("PGHOST", "pg", "PGUSER", "shop"), service("pg", 5432, 1)}, diagnose.Dependency, diagnose.AppConfig, "password authentication failed"},
	{"node: dns of a managed service", 1, `
Error: getaddrinfo EAI_AGAIN db.eu-1.rds.example.com
    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:120:26) {
  errno: -3001,
  code: 'EAI_AGAIN',
  syscall: 'getaddrinfo',
  hostname: 'db.eu-1.rds.example.com'
}
`, nil, diagnose.Dependency, "", "db.eu-1.rds.example.com"},
	{"node: ENOENT of a config path in env", 1, `
Error: ENOENT: no such file or directory, open '/run/config/app.json'
    at Object.openSync (node:fs:601:3)
`, []story{env("APP_CONFIG", "/run/config/app.json")}, diagnose.AppConfig, "", "APP_CONFIG"},
	{"node: zod refuses the environment", 1, `
Invalid environment variables: { NODE_PORT: [ 'Expected number, received nan' ] }
/app/dist/env.js:20
    throw new Error('Invalid environment variables');
`, []story{env("NODE_PORT", "http")}, diagnose.AppConfig, "", "NODE_PORT"},
	{"node: unhandled rejection since the new image", 1, `
[UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block. The promise rejected with the reason "TypeError: Cannot read properties of null (reading 'id')".]
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "reading 'id'"},
	{"java: flyway finds no database", 1, `
Caused by: org.postgresql.util.PSQLException: FATAL: database "orders_v2" does not exist
`, []story{env("DB_NAME", "orders_v2"), service("orders-db", 5432, 1)}, diagnose.Dependency, diagnose.AppConfig, "orders_v2"},
	{"java: class not found since the new image", 1, `
Error: Could not find or load main class com.example.web.Main
Caused by: java.lang.ClassNotFoundException: com.example.web.Main
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "ClassNotFound"},
	{"java: unknown vm option since JAVA_TOOL_OPTIONS changed", 1, `
Unrecognized VM option 'UseConcMarkSweepGC'
Error: Could not create the Java Virtual Machine.
Error: A fatal exception has occurred. Program will exit.
`, []story{env("JAVA_TOOL_OPTIONS", "-XX:+UseConcMarkSweepGC"), before(2, oldEnv("JAVA_TOOL_OPTIONS", "-XX:+UseG1GC"))}, diagnose.AppConfig, "", "JAVA_TOOL_OPTIONS"},
	{"java: port taken", 1, `
***************************
APPLICATION FAILED TO START
***************************

Description:

Web server failed to start. Port 8080 was already in use.

Action:

Identify and stop the process that's listening on port 8080 or configure this application to listen on another port.
`, nil, diagnose.AppConfig, "", "8080"},
	{"java: pkix", 1, `
Caused by: javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target
`, []story{env("AUTH_URL", "https://auth.corp.example")}, diagnose.Dependency, "", "PKIX"},
	{"java: metaspace", 1, `
Exception in thread "main" java.lang.OutOfMemoryError: Metaspace
`, nil, diagnose.OutOfMemory, "", "Metaspace"},
	{"go: missing key of a config", 1, `
2026/03/14 09:27:57 config: missing required key "auth.issuer"
`, nil, diagnose.AppConfig, "", "auth.issuer"},
	{"go: cannot parse a duration in env", 1, `
2026/03/14 09:27:57 envconfig.Process: assigning SHOP_TIMEOUT to Timeout: converting '30' to type time.Duration. details: time: missing unit in duration "30"
`, []story{env("SHOP_TIMEOUT", "30")}, diagnose.AppConfig, "", "SHOP_TIMEOUT"},
	{"go: context deadline to a service with endpoints", 1, `
FATA[0010] ping database: context deadline exceeded host=orders-db:5432
`, []story{service("orders-db", 5432, 1)}, diagnose.Dependency, "", "orders-db"},
	{"go: kubernetes client finds no crd", 1, `
{"level":"error","logger":"setup","msg":"problem running manager","error":"no matches for kind \"Widget\" in version \"example.org/v1\""}
`, nil, diagnose.Dependency, diagnose.AppConfig, "Widget"},
	{"go: bind of a privileged port", 1, `
listen tcp :80: bind: permission denied
`, nil, diagnose.AppConfig, "", ":80"},
	{"go: index out of range, one revision with siblings well", 2, `
panic: runtime error: index out of range [5] with length 3

goroutine 34 [running]:
main.handle(0xc000)
	/src/main.go:12 +0x1d
`, []story{oneWell}, diagnose.Undetermined, "", "index out of range"},
	{"go: migration dirty", 1, `
error: Dirty database version 42. Fix and force version.
`, nil, diagnose.Dependency, diagnose.Undetermined, "Dirty"},
	{"rust: config file", 1, `
Error: failed to read configuration file "/etc/vector/vector.toml": TOML parse error at line 4, column 1
`, []story{configMap("vector", "/etc/vector", 25*time.Minute, map[string]string{"vector.toml": "a\nb\nc\nd"}), before(1, func(*corev1.Container, *corev1.PodSpec) {})}, diagnose.AppConfig, "", "vector"},
	{
		"rust: env",
		101,
		"thread 'main' panicked at src/main.rs:10:49:\nDATABASE_URL must be set: NotPresent\n",
		nil,
		diagnose.AppConfig,
		"",
		"DATABASE_URL",
	},
	{"rust: allocation", 134, `
memory allocation of 536870912 bytes failed
`, []story{limit("256Mi")}, diagnose.OutOfMemory, "", "memory allocation"},
	{"dotnet: file not found in the image since new image", 134, `
Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'Shop.Core, Version=2.4.0.0'. The system cannot find the file specified.
`, []story{before(2, oldImage)}, diagnose.ImageBug, "", "Shop.Core"},
	{"dotnet: invalid operation, no connection string", 134, `
Unhandled exception. System.InvalidOperationException: The ConnectionString property has not been initialized.
   at Npgsql.NpgsqlConnection.Open()
`, nil, diagnose.AppConfig, diagnose.Undetermined, "ConnectionString"},
	{"dotnet: redis", 134, `
Unhandled exception. StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s). There was an authentication failure; check that passwords (or client certificates) are configured correctly: (RedisServerException) WRONGPASS invalid username-password pair or user is disabled.
`, []story{env("REDIS", "redis:6379"), service("redis", 6379, 1)}, diagnose.Dependency, diagnose.AppConfig, "WRONGPASS"},
	{"php: class not found since new image", 255, `
PHP Fatal error:  Uncaught Error: Class "App\Kernel" not found in /var/www/public/index.php:9
`, []story{before(2, oldImage)}, diagnose.ImageBug, "", "Kernel"},
	{"php: memory exhausted", 255, `
PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /var/www/html/lib.php on line 22
`, nil, diagnose.OutOfMemory, diagnose.AppConfig, "Allowed memory size"},
	{"ruby: key error", 1, `
/app/config/initializers/stripe.rb:1:in 'fetch': key not found: "STRIPE_API_KEY" (KeyError)
`, nil, diagnose.AppConfig, "", "STRIPE_API_KEY"},
	{"ruby: redis timeout", 1, `
Redis::CannotConnectError: Error connecting to Redis on redis-main:6379 (Errno::ECONNREFUSED)
`, []story{service("redis-main", 6379, 0)}, diagnose.Dependency, "", "redis-main"},
	{"perl: module", 2, `
Can't locate JSON/XS.pm in @INC (you may need to install the JSON::XS module) (@INC entries checked: /etc/perl) at /app/run.pl line 4.
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "JSON/XS.pm"},
	{"erlang: epmd / nodedown", 1, `
BOOT FAILED
===========
Error during startup: {error,{erlang_distribution_failed,{nodename_in_use}}}
`, nil, diagnose.Undetermined, diagnose.AppConfig, "nodename_in_use"},
	{"haproxy: config", 1, `
[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:14] : unknown keyword 'balence' in 'backend' section
[ALERT]    (1) : config : Fatal errors found in configuration.
`, []story{configMap("haproxy", "/usr/local/etc/haproxy", 24*time.Hour, map[string]string{"haproxy.cfg": "x"})}, diagnose.AppConfig, "", "haproxy.cfg"},
	{"envoy: bootstrap", 1, `
[2026-03-14 09:27:57.101][1][critical][main] [source/server/server.cc:131] error initializing configuration '/etc/envoy/envoy.yaml': Unable to parse JSON as proto (INVALID_ARGUMENT: invalid name clusterz: Cannot find field.)
`, nil, diagnose.AppConfig, "", "envoy.yaml"},
	{"fluentd: unknown plugin", 1, `
2026-03-14 09:27:57 +0000 [error]: config error file="/fluentd/etc/fluent.conf" error_class=Fluent::NotFoundPluginError error="Unknown output plugin 'elasticsaerch'. Run 'gem search -rd fluent-plugin' to find plugins"
`, nil, diagnose.AppConfig, "", "fluent.conf"},
	{"mysql image: root password", 1, `
2026-03-14 09:27:57+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD
`, nil, diagnose.AppConfig, "", "MYSQL_ROOT_PASSWORD"},
	{"redis image: bad directive", 1, `
*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***
Reading the configuration file, at line 3
>>> 'maxmemoy 100mb'
Bad directive or wrong number of arguments
`, []story{configMap("redis-conf", "/etc/redis", 24*time.Hour, map[string]string{"redis.conf": "x"})}, diagnose.AppConfig, "", "Bad directive"},
	{"git-sync: repository refuses", 128, `
fatal: could not read Username for 'https://git.example.com': terminal prompts disabled
`, nil, diagnose.Dependency, diagnose.AppConfig, "git.example.com"},
	{"npm: script missing", 1, `
npm error Missing script: "start:prod"
npm error
npm error To see a list of scripts, run:
npm error   npm run
`, []story{with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Command = []string{"npm", "run", "start:prod"} })}, diagnose.AppConfig, diagnose.ImageBug, "start:prod"},
	{"supervisor ends everything after a child", 1, `
s6-rc: info: service legacy-services: starting
api: starting
api: error: dial tcp 10.96.7.182:5432: connect: connection refused
s6-rc: warning: unable to start service api: command exited 1
prog: fatal: stopping the container.
`, []story{service("orders-db", 5432, 0)}, diagnose.Dependency, "", "orders-db"},
	{"graceful words after the failure", 1, `
ERROR: relation "orders" does not exist at character 15
INFO shutting down gracefully
INFO bye
`, []story{service("orders-db", 5432, 1)}, diagnose.Dependency, diagnose.Undetermined, "orders"},
	{"timeouts mentioned in passing, then an assertion since new image", 1, `
INFO http client: timeout 30s, retries 3
INFO listening on :8080
AssertionError: shard count must not shrink
`, []story{before(2, oldImage)}, diagnose.ImageBug, "", "shard count"},
	{"scala: akka cannot bind", 1, `
[ERROR] [akka://shop] Bind failed for TCP channel on endpoint [0.0.0.0/0.0.0.0:2552]
java.net.BindException: [0.0.0.0/0.0.0.0:2552] Address already in use
`, nil, diagnose.AppConfig, "", "2552"},
	{"kotlin: ktor config key", 1, `
Exception in thread "main" io.ktor.server.config.ApplicationConfigurationException: Property jwt.issuer not found.
	at io.ktor.server.config.MapApplicationConfig.property(MapApplicationConfig.kt:49)
`, nil, diagnose.AppConfig, "", "jwt.issuer"},
	{"go: pgx wrong database name in env since the rollout", 1, `
2026/03/14 09:27:57 connect: FATAL: database "shop_prod2" does not exist (SQLSTATE 3D000)
`, []story{env("PGDATABASE", "shop_prod2"), before(2, oldEnv("PGDATABASE", "shop_prod")), service("pg", 5432, 1)}, diagnose.AppConfig, diagnose.Dependency, "PGDATABASE"},
	{"go: etcd endpoints time out", 1, `
{"level":"warn","ts":"2026-03-14T09:27:50.101Z","logger":"etcd-client","caller":"v3@v3.5.9/retry_interceptor.go:62","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0xc0001/etcd:2379","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = \"transport: Error while dialing dial tcp: lookup etcd on 10.96.0.10:53: no such host\""}
{"level":"fatal","ts":"2026-03-14T09:27:57.101Z","msg":"cannot start","error":"context deadline exceeded"}
`, nil, diagnose.Dependency, diagnose.AppConfig, "etcd"},
	{"node: prisma", 1, `
PrismaClientInitializationError: Can't reach database server at ` + "`orders-db:5432`" + `

Please make sure your database server is running at ` + "`orders-db:5432`" + `.
    at t (/app/node_modules/@prisma/client/runtime/library.js:112:2488)
`, []story{service("orders-db", 5432, 0)}, diagnose.Dependency, "", "orders-db"},
	{"node: amqplib handshake", 1, `
Error: Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN."
    at afterStartOk (/app/node_modules/amqplib/lib/connection.js:232:12)
`, []story{env("AMQP", "amqp://rabbit:5672"), service("rabbit", 5672, 1)}, diagnose.Dependency, diagnose.AppConfig, "ACCESS_REFUSED"},
	{"node: next build is missing since the new image", 1, `
Error: Could not find a production build in the '.next' directory. Try building your app with 'next build' before starting the production server.
    at setupFsCheck (/app/node_modules/next/dist/server/lib/router-utils/filesystem.js:151:19)
`, []story{before(2, oldImage)}, diagnose.ImageBug, "", "production build"},
	{"python: uvicorn app attribute since the new image", 1, `
ERROR:    Error loading ASGI app. Attribute "app" not found in module "main".
`, []story{before(2, oldImage)}, diagnose.ImageBug, "", "ASGI"},
	{"python: gunicorn worker boots and dies of an import", 3, `
[2026-03-14 09:27:56 +0000] [7] [ERROR] Exception in worker process
Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/gunicorn/arbiter.py", line 609, in spawn_worker
    worker.init_process()
ModuleNotFoundError: No module named 'orders.v3'
[2026-03-14 09:27:56 +0000] [7] [INFO] Worker exiting (pid: 7)
[2026-03-14 09:27:57 +0000] [1] [ERROR] Shutting down: Master
[2026-03-14 09:27:57 +0000] [1] [ERROR] Reason: Worker failed to boot.
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "orders.v3"},
	{"python: kafka", 1, `
kafka.errors.NoBrokersAvailable: NoBrokersAvailable
`, []story{env("BOOTSTRAP", "kafka:9092"), service("kafka", 9092, 0)}, diagnose.Dependency, "", "kafka"},
	{"python: ldap", 1, `
ldap.SERVER_DOWN: {'result': -1, 'desc': "Can't contact LDAP server", 'errno': 107, 'ctrls': [], 'info': 'Transport endpoint is not connected'}
`, nil, diagnose.Dependency, "", "LDAP"},
	{"java: liquibase checksum", 1, `
liquibase.exception.ValidationFailedException: Validation Failed:
     1 changesets check sum
          db/changelog/12.xml::12::dev was: 8:aa but is now: 8:bb
`, []story{before(1, oldImage)}, diagnose.ImageBug, diagnose.Undetermined, "check sum"},
	{"java: spring circular since the new image", 1, `
***************************
APPLICATION FAILED TO START
***************************

Description:

The dependencies of some of the beans in the application context form a cycle:
`, []story{before(1, oldImage)}, diagnose.ImageBug, "", "2.4.0"},
	{"java: keystore password", 1, `
Caused by: java.io.IOException: keystore password was incorrect
`, nil, diagnose.AppConfig, diagnose.Dependency, "keystore"},
	{"dotnet: appsettings does not parse", 134, `
Unhandled exception. System.IO.InvalidDataException: Failed to load configuration file '/app/appsettings.Production.json'.
 ---> System.FormatException: Could not parse the JSON file.
 ---> System.Text.Json.JsonReaderException: '}' is invalid after a property name. Expected a ':'. LineNumber: 8 | BytePositionInLine: 2.
`, []story{configMap("appsettings", "/app/appsettings.Production.json", 24*time.Hour, map[string]string{"appsettings.Production.json": "{"})}, diagnose.AppConfig, "", "appsettings.Production.json"},
	{"rust: clap", 2, `
error: unexpected argument '--wokers' found

  tip: a similar argument exists: '--workers'

Usage: web [OPTIONS]

For more information, try '--help'.
`, []story{with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Args = []string{"--wokers", "4"} })}, diagnose.AppConfig, "", "--wokers"},
	{"rust: sqlx pool", 1, `
Error: error communicating with database: failed to lookup address information: Temporary failure in name resolution
`, []story{env("DATABASE_URL", "postgres://shop@shop-pg:5432/shop")}, diagnose.Dependency, diagnose.AppConfig, ""},
	{"shell: waits with nc", 1, `
waiting for redis-queue:6379 ...
nc: bad address 'redis-queue'
nc: bad address 'redis-queue'
redis-queue not reachable after 30 tries
`, nil, diagnose.Dependency, diagnose.AppConfig, "redis-queue"},
	{"shell: curl of a webhook", 22, `
+ curl -fsS https://hooks.partner.example/register
curl: (22) The requested URL returned error: 503
`, nil, diagnose.Dependency, "", "hooks.partner.example"},
	{"shell: curl cannot resolve", 6, `
curl: (6) Could not resolve host: licence.corp.example
`, nil, diagnose.Dependency, "", "licence.corp.example"},
	{"caddy: unknown directive", 1, `
Error: adapting config using caddyfile: /etc/caddy/Caddyfile:7: unrecognized directive: reverse_proxyy
`, []story{configMap("caddy", "/etc/caddy", 24*time.Hour, map[string]string{"Caddyfile": "x"})}, diagnose.AppConfig, "", "Caddyfile"},
	{"grafana: data directory", 1, `
GF_PATHS_DATA='/var/lib/grafana' is not writable.
You may have issues with file permissions, more information here: http://docs.grafana.org/installation/docker/
mkdir: can't create directory '/var/lib/grafana/plugins': Permission denied
`, nil, diagnose.AppConfig, "", "/var/lib/grafana"},
	{"minio: weak credentials", 1, `
FATAL Unable to validate credentials inherited from the shell environment: Invalid credentials
      > Please provide correct credentials
      HINT:
        MINIO_ROOT_USER length should be at least 3, and MINIO_ROOT_PASSWORD length at least 8 characters
`, []story{env("MINIO_ROOT_USER", "ab")}, diagnose.AppConfig, diagnose.Dependency, "credentials"},
	{"keycloak: database vendor", 1, `
ERROR: Failed to obtain JDBC connection
ERROR: Connection to keycloak-db:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.
`, []story{service("keycloak-db", 5432, 0)}, diagnose.Dependency, "", "keycloak-db"},
	{"zookeeper: myid", 2, `
Invalid config, exiting abnormally
org.apache.zookeeper.server.quorum.QuorumPeerConfig$ConfigException: Error processing /conf/zoo.cfg
Caused by: java.lang.IllegalArgumentException: myid file is missing
`, nil, diagnose.AppConfig, "", "myid"},
	{"vault agent: permission denied by vault", 1, `
[ERROR] agent.auth.handler: error authenticating: error="Error making API request. URL: PUT http://vault.vault:8200/v1/auth/kubernetes/login Code: 403. Errors: * permission denied"
`, nil, diagnose.Dependency, diagnose.AppConfig, "vault"},
}

// TestUnseen holds the rules to 90 % right and 2 % wrong on ends they were not
// written for; TestUnseenAll to all of them.
func TestUnseen(t *testing.T) {
	right := 0
	wrong := 0
	for _, c := range unseen {
		t.Run(c.name, func(t *testing.T) {
			items := newWorld(c.exit, strings.TrimLeft(c.log, "\n"), c.stories...).build()
			i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" && i.Container == "web" })
			if i < 0 {
				t.Fatalf("no item for the crashing container among %d", len(items))
			}
			cause := items[i].Cause
			if cause.Category == c.want || cause.Category == c.also {
				right++
			} else {
				if cause.Category != diagnose.Undetermined {
					wrong++
				}
				t.Errorf("got %s (%s), want %s: %s", cause.Category, cause.Confidence, c.want, cause.Summary)
			}
			if text := fmt.Sprint(cause.Summary, cause.Evidence); !strings.Contains(text, c.mention) {
				t.Errorf("%q is not mentioned: %s", c.mention, text)
			}
		})
	}
	t.Logf("%d of %d right, %d wrong", right, len(unseen), wrong)
}
