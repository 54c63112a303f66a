#!/bin/bash
# component.sh DIR NAME: becomes this part of the cluster, in the node.
set -e
dir=$1 name=$2 pki=$1/pki
. "$dir/environment"
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
case $name in
  etcd)
    exec "$CLUSTER_BIN/etcd" --data-dir "$dir/etcd" --unsafe-no-fsync --logger zap --log-level warn \
      --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380 ;;
  kube-apiserver)
    # There is no kube-proxy: services whose webhooks are asked are found by their endpoints.
    # Port 0: no insecure port; newer releases no longer know the flag.
    insecure=()
    [[ $("$CLUSTER_BIN/kube-apiserver" --version) != *" v1.20."* ]] || insecure=(--insecure-port=0)
    exec "$CLUSTER_BIN/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 --bind-address=0.0.0.0 --secure-port=6443 "${insecure[@]}" \
      --advertise-address=172.30.0.2 --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" --client-ca-file="$pki/ca.crt" \
      --service-account-key-file="$pki/service-account.pub" --service-account-signing-key-file="$pki/service-account.key" \
      --service-account-issuer=https://kubernetes.default --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
      --service-cluster-ip-range=10.96.0.0/16 --allow-privileged=true --enable-aggregator-routing=true --kubelet-preferred-address-types=InternalIP \
      --kubelet-client-certificate="$pki/apiserver-kubelet-client.crt" --kubelet-client-key="$pki/apiserver-kubelet-client.key" ;;
  kube-controller-manager)
    # The API server is killed by tests for minutes: a node that cannot say that it lives is not given up at once.
    exec "$CLUSTER_BIN/kube-controller-manager" --kubeconfig="$pki/kube-controller-manager.kubeconfig" --leader-elect=false --bind-address=127.0.0.1 \
      --service-account-private-key-file="$pki/service-account.key" --root-ca-file="$pki/ca.crt" --use-service-account-credentials=true \
      --node-monitor-grace-period=10m --kube-api-qps=200 --kube-api-burst=400 ;;
  kube-scheduler)
    exec "$CLUSTER_BIN/kube-scheduler" --kubeconfig="$pki/kube-scheduler.kubeconfig" --leader-elect=false --bind-address=127.0.0.1 \
      --kube-api-qps=200 --kube-api-burst=400 ;;
  containerd)
    exec containerd --config "$dir/containerd.toml" ;;
  kubelet)
    exec "$CLUSTER_BIN/kubelet" --config="$dir/kubelet.yaml" --kubeconfig="$pki/kubelet.kubeconfig" --root-dir=/var/lib/kubelet \
      --hostname-override=node --node-ip=172.30.0.2 --container-runtime=remote \
      --container-runtime-endpoint=unix:///run/containerd/containerd.sock --cert-dir=/var/lib/kubelet/pki --v=2 ;;
  multinetd)
    exec /opt/multinet/multinetd --node node --kubeconfig /etc/multinet/multinetd.kubeconfig ;;
  *)
    echo "no such part of the cluster: $name" >&2
    exit 2 ;;
esac
