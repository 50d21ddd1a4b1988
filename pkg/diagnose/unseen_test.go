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
`, []story{with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Args = []string{"-addr=:8080", "-max-conn=50"} }),
		before(1, func(c *corev1.Container, _ *corev1.PodSpec) { c.Args = []string{"-addr=:8080"} })}, diagnose.AppConfig, "", "-max-conn"},
	{"go: yaml of a ConfigMap edited and pods restarted", 1, `
2026/03/14 09:27:57 error: load config: yaml: line 7: mapping values are not allowed in this context
`, []story{configMap("web-config", "/etc/web", 25*time.Minute, map[string]string{"config.yaml": "a: b"}),
		before(1, func(_ *corev1.Container, _ *corev1.PodSpec) {})}, diagnose.AppConfig, "", "web-config"},
	{"go: grpc unavailable through a dead service", 1, `
{"level":"fatal","ts":1773480000.12,"caller":"cmd/main.go:71","msg":"init session","error":"rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 10.96.7.51:50051: connect: connection refused\""}
`, []story{service("sessions", 50051, 0)}, diagnose.Dependency, "", "sessions"},
	{"go: wrong port of a sound service", 1, `
2026/03/14 09:27:57 fatal: redis: dial tcp: cache:6380: i/o timeout
`, []story{service("cache", 6379, 2)}, diagnose.Dependency, diagnose.AppConfig, "6380"},
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
`, []story{with(func(c *corev1.Container, s *corev1.PodSpec) {
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
`, []story{with(func(c *corev1.Container, _ *corev1.PodSpec) {
		c.LivenessProbe = &corev1.Probe{PeriodSeconds: 5, FailureThreshold: 2, ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/health", Port: intstr.FromInt32(8080)}}}
	}), event("Killing", "Container web failed liveness probe, will be restarted", 6, 2*time.Minute+30*time.Second),
		event("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 503", 20, 2*time.Minute+30*time.Second)}, diagnose.Probe, "", "/health"},
	{"OOMKilled while the log blames a database", 137, `
ERROR: connection refused to reports-db:5432
`, []story{limit("64Mi"), ended(func(t *corev1.ContainerStateTerminated) { t.Reason = "OOMKilled" })}, diagnose.OutOfMemory, "", "64Mi"},
	{"137 without any trace", 137, `
serving
`, nil, diagnose.ExternalKill, diagnose.Undetermined, "137"},
	{"silent exit 1 since a new image", 1, ``, []story{before(2, oldImage)}, diagnose.ImageBug, "", "2.4.0"},
	{"silent exit 1 since env changed", 1, ``, []story{env("MODE", "cluster"), before(2, oldEnv("MODE", "single"))}, diagnose.AppConfig, "", "MODE"},
	{"unreadable log, one revision", 1, ``, []story{silent}, diagnose.Undetermined, "", "exit code 1"},
	{"unknown words, image and env the same, siblings well", 1, `
bailing out: quorum epoch 17 < 21
`, []story{oneWell}, diagnose.Undetermined, "", "bailing out"},
	{"tag pushed again, crash in silence", 1, ``, []story{repushed}, diagnose.ImageBug, "", "sha256"},
	{"start error: not executable", 128, ``, []story{silent, ended(func(t *corev1.ContainerStateTerminated) {
		t.Reason, t.Message = "StartError", `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/run.sh": permission denied`
	})}, diagnose.AppConfig, diagnose.ImageBug, "/app/run.sh"},
	{"start error: wrong architecture since the new image", 128, ``, []story{silent, before(1, oldImage), ended(func(t *corev1.ContainerStateTerminated) {
		t.Reason, t.Message = "StartError", `failed to create shim task: OCI runtime create failed: exec /web: exec format error`
	})}, diagnose.ImageBug, diagnose.AppConfig, "exec format error"},
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
	{"licence file missing from a mounted secret path", 1, `
Error: could not open license file /etc/license/license.key: no such file or directory
`, []story{env("LICENSE_PATH", "/etc/license/license.key")}, diagnose.AppConfig, "", "/etc/license/license.key"},
	{"template in the image missing since the new image", 1, `
panic: open templates/index.html: no such file or directory
`, []story{before(2, oldImage)}, diagnose.ImageBug, "", "index.html"},
	{"disk full", 1, `
OSError: [Errno 28] No space left on device: '/data/index.lock'
`, nil, diagnose.Dependency, diagnose.Undetermined, "space"},
	{"node lost the container", 255, ``, []story{silent, ended(func(t *corev1.ContainerStateTerminated) { t.Reason = "Unknown" })}, diagnose.Node, "", "node-1"},
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
}

// TestUnseen holds the rules to 90 % right and 2 % wrong on ends they were not
// written for; TestUnseenAll to all of them.
func TestUnseen(t *testing.T) {
	right, wrong := 0, 0
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
