import socket,threading,subprocess,time,sys,os,select
peer,wl,clients,rate,ents=sys.argv[1],sys.argv[2],int(sys.argv[3]),int(sys.argv[4]),int(sys.argv[5])
B='/work/t/peers/release/peer-'+peer
up=[0,0];down=[0,0]
front=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);front.setsockopt(socket.SOL_SOCKET,socket.SO_RCVBUF,4<<20);front.bind(('127.0.0.1',0))
t=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);t.bind(('127.0.0.1',0));srv=t.getsockname();t.close()
m={};ep=select.epoll();ep.register(front.fileno(),1);back={}
def loop():
    while True:
        for fd,_ in ep.poll():
            if fd==front.fileno():
                d,a=front.recvfrom(65536)
                s=m.get(a)
                if not s:
                    s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.setsockopt(socket.SOL_SOCKET,socket.SO_RCVBUF,1<<20);s.connect(srv);m[a]=s;back[s.fileno()]=(s,a);ep.register(s.fileno(),1)
                up[0]+=1;up[1]+=len(d)+28
                try:s.send(d)
                except OSError:pass
            else:
                s,a=back[fd]
                try:d=s.recv(65536)
                except OSError:continue
                down[0]+=1;down[1]+=len(d)+28;front.sendto(d,a)
threading.Thread(target=loop,daemon=True).start()
start=time.time()+1.0;end=start+22
f=lambda x:str(int(x*1000))
relay='127.0.0.1:%d'%front.getsockname()[1]
S=subprocess.Popen([B,'server',wl,'127.0.0.1:%d'%srv[1],relay,f(start),f(end+1)])
time.sleep(1.5)
def cpu():
    p=open('/proc/%d/stat'%S.pid).read().rsplit(')',1)[1].split();return (int(p[11])+int(p[12]))/100
def rss():return [int(l.split()[1]) for l in open('/proc/%d/status'%S.pid) if l.startswith('VmRSS')][0]
r0=rss()
C=subprocess.Popen([B,'clients',wl,relay,relay,f(start),f(end)],stdout=subprocess.PIPE,text=True)
time.sleep(start+9-time.time())
c0,u0,d0,t0=cpu(),list(up),list(down),time.time()
time.sleep(12)
c1,u1,d1,t1=cpu(),list(up),list(down),time.time();r1=rss()
out=C.communicate(timeout=10)[0];S.wait(timeout=5)
dt=t1-t0;db=d1[1]-d0[1]
print(peer,wl,'down B/client/s %.0f'%(db/dt/clients),'up %.0f'%((u1[1]-u0[1])/dt/clients),'down B/entity/snapshot %.2f'%(db/dt/clients/rate/ents),'cpu us/tick %.0f us/entity/snap %.3f'%((c1-c0)/dt/rate*1e6,(c1-c0)/dt/rate/clients/ents*1e6),'kB/conn %.0f'%((r1-r0)/clients),'pk/s/client %.1f'%((d1[0]-d0[0])/dt/clients),out.strip())
